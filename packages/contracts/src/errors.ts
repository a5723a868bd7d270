/** The codes stand in the kernel, beside `Refusal`, so that no refusal can have another code. */
export { type CatalogueEntry, type ErrorCode, catalogueEntry, errorCatalogue } from '@species/kernel'
