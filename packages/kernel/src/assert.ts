/** A bug in this program: the unit of work aborts and an alert is raised. Never caught to be "handled". */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Throws a {@link Bug} unless `condition` holds. `message` says what was believed. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition === false || condition === null || condition === undefined) throw new Bug(message)
}

/** For the default arm of an exhaustive switch: compiles only while every case is handled. */
export function unreachable(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`)
}
