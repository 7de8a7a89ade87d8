import { copyCode } from "./copy.js";
import { findByKeys } from "./find.js";
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
findByKeys();
loadChartsWhenSeen();
followChanges();
followUploads();
followWork();
