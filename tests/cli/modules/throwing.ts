// A module that fails.
throw new TypeError("the module is broken");
