/** The version of the program, as its package has it. */
export const version = '5.1.0'
