import { orderStoreConformance } from '../../../conformance/order-store.ts'
import { filePlace, memoryPlace } from './store-places.ts'

orderStoreConformance('the embedded store in a file, written by a thread of its own', filePlace)
orderStoreConformance('the embedded store in memory, in the same thread', memoryPlace)
