/** What the tests of each folder are for. */
export const KINDS: Readonly<Record<string, string>> = {
  'tests/lib':
    'a part of lib by itself: tables of the pure ledger, a row for each reason; statements on a real database, commands on a real cache',
  'tests/functions':
    'a function over HTTP, on real engines: what it answers, stores and tells; the parts of the page that need no browser',
  'tests/properties':
    'drawn transactions, with duplicates and crashes: the ledger against a second, simpler model; the seed is printed',
  'tests/simulation':
    'whole histories on simulated engines in virtual time, with drawn faults; the simulated engines held against the real ones',
  'tests/contract':
    'every answer and result against the OpenAPI description; requests made from it, right and wrong',
  'tests/resilience': 'an engine away, and back: nothing accepted is lost, and answers stay as described',
  'tests/security': 'who may do what, whose accounts, how much and how often; hostile input',
  'tests/console':
    'the page in a browser, on the whole local stack: by hand and by keys, for each kind of caller',
  'tests/knative':
    'the local stack: Pub/Sub as documented, scaling by the rules of Knative, engines; the image, the manifests and the delivery',
  'tests/loadgen':
    'the tools: that a fault that is there is found, chaos with faults on the real stack among them',
  'tests/terraform': 'modules planned and held against the manifests, the code and the documents',
  'tests/docs': 'the documents against the code: errors, metrics, variables, commands, figures',
  'tests/commands': 'the commands that the documents give, typed on a stack of their own',
  'tests/coverage': 'this count itself',
  'tests/mutation': 'the score of mutants, whose run is a command of its own',
  tests: 'the repository: layout, names, sizes, what may import what',
}
