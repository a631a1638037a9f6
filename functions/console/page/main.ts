/** Says whether the API answers, which is all that can be said without a token. */
async function showHealth(place: HTMLElement): Promise<void> {
  const isThere: boolean = await fetch('/openapi.json').then(
    response => response.ok,
    () => false,
  )
  place.textContent = isThere ? 'The API answers.' : 'The API does not answer.'
}

const place: HTMLElement | null = document.getElementById('health')
if (place !== null) await showHealth(place)
