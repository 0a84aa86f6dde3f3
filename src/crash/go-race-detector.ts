/** What a report of Go's race detector names as its tool. */
export const GO_RACE = "Go's race detector";
