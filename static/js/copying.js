import { copyOctets } from "./copy.js";

copyOctets();
