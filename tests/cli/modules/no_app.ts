// A module without an app.
export const nothing = 1;
