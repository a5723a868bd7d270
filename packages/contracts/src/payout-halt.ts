/** Why money out is halted. */
export interface PayoutHalt {
  /**
   * Names what was found, for ever: `outflow:ETH:0x…`. It halts once: found again after two people have resumed, it does not halt a
   * second time.
   */
  readonly cause: string
  /** In words, for operators. */
  readonly reason: string
  /** Who found it: a module by its name, or a person and their key. */
  readonly by: string
}
