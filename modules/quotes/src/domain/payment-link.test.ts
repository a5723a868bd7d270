import { expect, test } from 'vitest'
import { paymentLink } from './payment-link.ts'

const evm = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'

test('a payment link is EIP-681 on EVM chains, in the units of the token, and TRON’s usual form', () => {
  expect(paymentLink('ETH', evm, 12_500_000n)).toBe(
    `ethereum:0xdac17f958d2ee523a2206206994597c13d831ec7@1/transfer?address=${evm}&uint256=12500000`,
  )
  // 18 decimals.
  expect(paymentLink('BSC', evm, 1n)).toBe(
    `ethereum:0x55d398326f99059ff775485246999027b3197955@56/transfer?address=${evm}&uint256=1000000000000`,
  )
  const tron = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'
  expect(paymentLink('TRON', tron, 10_050_000n)).toBe(
    `tron:${tron}?token=TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t&amount=10.05`,
  )
  expect(paymentLink('TRON', tron, 10_000_000n)).toMatch(/amount=10$/)
})
