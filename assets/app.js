import { copyCode } from "./copy.js";
import { findByKeys } from "./find.js";
import { followChanges } from "./live.js";
import { loadChartsWhenSeen } from "./lazy-charts.js";
import { setUpSearch } from "./search.js";
import { submitOnChange } from "./forms.js";

setUpSearch();
submitOnChange();
copyCode();
findByKeys();
loadChartsWhenSeen();
followChanges();
