import { DENIAL_CODES } from '../../core/denial-codes.ts'
import {
  type ErrorDetails,
  InsufficientBalanceError,
  InvalidSymbolError,
  type OrderError,
  OrderSubmissionError,
  OrderValidationError,
  UnsupportedOrderTypeError,
} from '../../core/errors.ts'
import type { Order } from '../../core/order.ts'
import type { Admission } from '../../ports/order-commands.ts'

type Denied = Extract<Admission, { kind: 'denied' }>

/** An answer that is no yes, as the error a caller can branch on: by class, and by the code that never changes. */
export function admissionError(admission: Exclude<Admission, { kind: 'taken' }>): OrderError {
  switch (admission.kind) {
    case 'denied':
      return denialError(admission)
    case 'malformed': {
      const message = admission.errors.map((problem) => problem.message).join('; ')
      return new OrderValidationError(message, { code: 'signal.invalid' })
    }
    case 'conflict': {
      const { signalId, orderId } = admission
      const context = { signal_id: signalId, order_id: orderId }
      const message = `signal ${signalId} was taken before with other content; another trade needs another signal_id`
      return new OrderValidationError(message, { code: 'signal.conflict', context })
    }
    case 'busy': {
      const context = { retry_after_ms: admission.retryAfterMs }
      const message = 'too many signals are waiting; nothing was recorded, send it again with the same signal_id'
      return new OrderSubmissionError(message, { code: 'rate.intake', context })
    }
    case 'unavailable':
      return new OrderSubmissionError(`${admission.reason}; send it again with the same signal_id`, {
        code: 'store.unavailable',
      })
  }
}

function denialError({ code, message, value, limit, order }: Denied): OrderError {
  const remedy = DENIAL_CODES.find((denial) => denial.code === code)?.remedy
  const context = {
    ...contextOf(order),
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined ? {} : { limit }),
    ...(remedy === undefined ? {} : { remedy }),
  }
  const details: ErrorDetails = { code, context }
  // Planning knows the type and says what to do; the remedy of the code must do for all types.
  if (code.startsWith('order_type.')) return new UnsupportedOrderTypeError(order.orderType, message, details)
  const text = remedy === undefined ? message : `${message}. ${remedy}`
  if (code.startsWith('symbol.')) return new InvalidSymbolError(order.symbol, text, details)
  if (code === 'risk.buying_power') return new InsufficientBalanceError(text, details)
  return new OrderValidationError(text, details)
}

const contextOf = ({ id, signalId, account, symbol }: Order) => ({
  order_id: id,
  signal_id: signalId,
  account,
  symbol,
})
