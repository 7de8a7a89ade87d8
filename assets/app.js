import { followChanges } from "./live.js";
import { followUploads } from "./upload.js";
import { followWork } from "./poll.js";
import { loadChartsWhenSeen } from "./lazy-charts.js";
import { setUpSearch } from "./search.js";
import { submitOnChange } from "./forms.js";

setUpSearch();
submitOnChange();
loadChartsWhenSeen();
followChanges();
followUploads();
followWork();
