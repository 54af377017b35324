import { describe, expect, it } from 'vitest'
import { addressesFor } from '../../../../src/adapters/brokers/alpaca/addresses.ts'

const hosts = (...of: Parameters<typeof addressesFor>): readonly string[] =>
  Object.values(addressesFor(...of)).map((address) => new URL(address).host)

describe('where orders go', () => {
  it('follows from one value', () => {
    expect(hosts('paper')).toEqual(['paper-api.alpaca.markets', 'paper-api.alpaca.markets', 'data.alpaca.markets'])
    expect(hosts('live')).toEqual(['api.alpaca.markets', 'api.alpaca.markets', 'data.alpaca.markets'])
  })
  it('is a stand-in for everything once it is one for orders', () => {
    expect(addressesFor('paper', { base_url: 'http://127.0.0.1:4701/' })).toEqual({
      trading: 'http://127.0.0.1:4701',
      stream: 'ws://127.0.0.1:4701/stream',
      data: 'http://127.0.0.1:4701',
    })
    expect(addressesFor('paper', { base_url: 'https://a.example', data_url: 'https://b.example/' }).data).toBe(
      'https://b.example',
    )
  })
  it('is no stand-in for real money, whatever is asked', () => {
    const standIn = { base_url: 'http://127.0.0.1:1', stream_url: 'ws://127.0.0.1:1', data_url: 'http://127.0.0.1:1' }
    expect(addressesFor('live', standIn)).toEqual(addressesFor('live'))
  })
})
