/**
 * The Content-Security-Policy of a page: nothing from another host, nothing inline, and no frame around it. Style sheets may have
 * icons as data URLs.
 */
export const OWN_HOST_ONLY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
