import { z } from 'zod'

export const agentIdSchema = z
  .string()
  .regex(/^agt_[0-9a-f]{32}$/, 'must be an agent id: agt_ and 32 hexadecimal digits')
