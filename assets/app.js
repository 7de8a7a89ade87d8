import { followChanges } from "./live.js";
import { loadChartsWhenSeen } from "./lazy-charts.js";
import { setUpSearch } from "./search.js";
import { submitOnChange } from "./forms.js";
import { openLazily } from "./lazy.js";

setUpSearch();
submitOnChange();
openLazily();
loadChartsWhenSeen();
followChanges();
