// A module that does not end loading before the test says so.
await (globalThis as { mayEndLoading?: Promise<void> }).mayEndLoading;
export {};
