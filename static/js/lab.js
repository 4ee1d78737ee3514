/* The lab page works without any of this: forms and links are real. */
import { askThroughHtmx } from "./acts.js";
import { autoRun } from "./autorun.js";
import { copyOctets } from "./copy.js";
import { followLab } from "./live.js";
import { followLadder } from "./ladder.js";
import { listenToKeys } from "./keys.js";
import { markWhatIsMeant } from "./meant.js";
import { keepPresenting } from "./present.js";
import { submitScrubber } from "./scrubber.js";

askThroughHtmx();
copyOctets();
followLadder();
listenToKeys();
markWhatIsMeant();
keepPresenting();
submitScrubber();
followLab();
autoRun();
