export { type MoralisOptions, createMoralisChainReader } from './moralis/chain-reader.ts'
export { type OnliCloudOptions, createOnliCloud } from './onli-cloud/asset-ledger.ts'
export { type TronOptions, createTronChainReader } from './tron/chain-reader.ts'
export { type WebhookSenderOptions, createWebhookSender } from './webhooks/sender.ts'
