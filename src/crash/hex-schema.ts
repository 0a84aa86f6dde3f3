import * as z from "zod";

/** An address, register or offset: lower-case hex, `0x…`. Never a number: 64 bits do not fit. */
export const Hex = z.string().regex(/^0x[0-9a-f]+$/);
