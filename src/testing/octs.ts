/** Has Mesa's software driver compute with vectors of eight numbers, as it does by itself: with those of four, which compile faster, kernels that share among eight neighbours are left out. Before a device is opened. */
process.env.LP_NATIVE_VECTOR_WIDTH = '256';
