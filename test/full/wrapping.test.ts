import { forms } from "../crash/read/forms.js";
import { testWrappings } from "../crash/read/wrappings.js";

testWrappings(forms());
