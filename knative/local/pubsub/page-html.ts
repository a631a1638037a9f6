/** The status page for people: it asks for the JSON once a second and shows it as a table. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pub/Sub emulator</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1f2328; background: #fff }
  table { border-collapse: collapse }
  th, td { padding: .3rem 1.2rem .3rem 0; text-align: left; border-bottom: 1px solid #d1d9e0 }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
  .quiet { color: #59636e }
  .warn { color: #9a3412; font-weight: 600 }
</style>
<h1>Pub/Sub emulator</h1>
<p id="note" class="quiet">Loading…</p>
<table>
  <thead><tr><th>subscription<th>topic<th>delivery<th class="number">backlog<th class="number">in flight
    <th class="number">oldest unacked<th class="number">push window<th>push back-off</tr></thead>
  <tbody id="rows"></tbody>
</table>
<h2>Faults ordered</h2>
<pre id="faults" class="quiet"></pre>
<script>
  const short = name => name.split('/').at(-1)
  const cell = (row, text, kind = '') => { const td = row.insertCell(); td.textContent = text; td.className = kind }
  async function refresh() {
    const note = document.getElementById('note')
    try {
      const page = await (await fetch('/', { headers: { accept: 'application/json' } })).json()
      const rows = document.createElement('tbody')
      for (const [name, s] of Object.entries(page.subscriptions)) {
        const row = rows.insertRow()
        cell(row, short(name))
        cell(row, short(s.topic))
        cell(row, (s.pushEndpoint ?? 'pull') + (s.ordered ? ', ordered' : ''), 'quiet')
        cell(row, s.backlog, 'number')
        cell(row, s.inFlight, 'number')
        cell(row, s.oldestUnackedAgeSeconds.toFixed(1) + ' s', 'number')
        cell(row, s.pushWindow ?? '', 'number')
        const paused = s.pushPausedForSeconds > 0
        cell(row, paused ? 'nothing is pushed for ' + s.pushPausedForSeconds.toFixed(1) + ' s' : '', paused ? 'warn' : '')
      }
      rows.id = 'rows'
      document.getElementById('rows').replaceWith(rows)
      document.getElementById('faults').textContent = page.faults.length ? JSON.stringify(page.faults, null, 2) : 'none'
      const off = page.switchedOff.length ? ' Switched off: ' + page.switchedOff.join(', ') + '.' : ''
      note.textContent = 'Topics: ' + Object.keys(page.topics).length + '.' + off
    } catch {
      note.textContent = 'The emulator does not answer.'
    }
    setTimeout(refresh, 1000)
  }
  refresh()
</script>
`
