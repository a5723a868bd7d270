import { z } from 'zod'

/** Quantities travel as strings of digits and are `bigint` inside. */
export const quantitySchema = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform((digits) => BigInt(digits))
