import { copyCode } from "./copy.js";
import { followChanges } from "./live.js";
import { followUploads } from "./upload.js";
import { followWork } from "./poll.js";
import { loadChartsWhenSeen } from "./lazy-charts.js";
import { setUpSearch } from "./search.js";
import { submitOnChange } from "./forms.js";
import { openLazily } from "./lazy.js";

setUpSearch();
submitOnChange();
openLazily();
copyCode();
loadChartsWhenSeen();
followChanges();
followUploads();
followWork();
