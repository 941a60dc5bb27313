// A workgroup of 8 x 8 owns a tile of 32 x 32; lib/tile64.wgsl defines the same names for 64 x 64.
const SIDE = 8u; // invocations along a side; each owns 4 x 4
