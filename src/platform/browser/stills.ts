/** Still images of figures are not drawn in a browser, which draws the figures themselves: there are none. */
export const still = (_figure: object): string | undefined => undefined;
