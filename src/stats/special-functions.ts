import { compiled } from "cephes";

// The WebAssembly is compiled in the background: whoever imports these functions finds them ready.
await compiled;

export { incbet, lgam, ndtri } from "cephes";
