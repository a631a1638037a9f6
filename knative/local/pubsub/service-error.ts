import { status } from '@grpc/grpc-js'
import type { ErrorInfo } from './error-info.ts'

/** A refusal that the caller sees as a gRPC status, in the words the service uses where they are known. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: status
  readonly details: string
  readonly info: ErrorInfo | undefined

  constructor(code: status, details: string, info?: ErrorInfo) {
    super(details)
    this.code = code
    this.details = details
    this.info = info
  }
}

/** The request can never succeed as it stands. */
export function invalidArgument(details: string, info?: ErrorInfo): ServiceError {
  return new ServiceError(status.INVALID_ARGUMENT, details, info)
}

/** A number outside its bounds, both included. */
export function outOfBounds(field: string, given: string, min: string, max: string): ServiceError {
  return invalidArgument(
    `The value for ${field} is out of bounds. You passed ${given} in the request, but the value must be between ${min} and ${max}.`,
  )
}

/** The topic or subscription does not exist; the service names it by its last part. */
export function notFound(name: string): ServiceError {
  return new ServiceError(status.NOT_FOUND, `Resource not found (resource=${lastPart(name)}).`)
}

/** A topic or subscription of that name exists. */
export function alreadyExists(name: string): ServiceError {
  return new ServiceError(
    status.ALREADY_EXISTS,
    `Resource already exists in the project (resource=${lastPart(name)}).`,
  )
}

/** The request is well formed, but not for the state the resource is in. */
export function failedPrecondition(details: string): ServiceError {
  return new ServiceError(status.FAILED_PRECONDITION, details)
}

/** The answer is lost on the way, as when a connection breaks; the client tries again. */
export function unavailable(): ServiceError {
  return new ServiceError(status.UNAVAILABLE, 'The connection was cut by a fault that was ordered.')
}

/** The service can do this and the emulator cannot: refused, so that nobody relies on a setting without effect. */
export function unimplemented(what: string): ServiceError {
  return new ServiceError(status.UNIMPLEMENTED, `The emulator does not support ${what}.`)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
