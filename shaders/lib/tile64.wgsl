// A workgroup of 16 x 16 owns a tile of 64 x 64; lib/tile32.wgsl defines the same names for 32 x 32.
const SIDE = 16u; // invocations along a side; each owns 4 x 4
