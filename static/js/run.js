import { askThroughHtmx } from "./acts.js";

askThroughHtmx();
