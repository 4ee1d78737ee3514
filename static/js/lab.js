/* The lab page works without any of this: forms and links are real. */
import { askThroughHtmx } from "./acts.js";
import { autoRun } from "./autorun.js";
import { copyOctets } from "./copy.js";
import { followLab } from "./live.js";
import { showMotion } from "./motion.js";
import { openMenus } from "./menu.js";
import { followLadder } from "./ladder.js";
import { listenToKeys } from "./keys.js";
import { markWhatIsMeant } from "./meant.js";
import { keepPresenting } from "./present.js";
import { submitScrubber } from "./scrubber.js";

askThroughHtmx();
copyOctets();
followLadder();
// The menu takes its keys before the page does.
openMenus();
listenToKeys();
showMotion();
markWhatIsMeant();
keepPresenting();
submitScrubber();
followLab();
autoRun();
