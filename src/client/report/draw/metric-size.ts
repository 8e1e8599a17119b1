/** Pixels: of the plot, and of the weights' names above it. */
export const height = 220;
export const nameHeight = 24;
