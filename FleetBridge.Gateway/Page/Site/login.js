// The login form. It sends JSON by fetch: a form of another site cannot.

const form = document.getElementById('login');
const problem = document.getElementById('problem');
const field = document.getElementById('token');

if (new URLSearchParams(location.search).has('t')) {
    problem.textContent = 'This link was used already, or has expired. "fleetbridge open" makes another one.';
    history.replaceState(null, '', `/login${location.hash}`);
}

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = '';
    const button = form.querySelector('button');
    button.disabled = true;
    try {
        const response = await fetch('/login', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-FleetBridge': 'login' },
            body: JSON.stringify({ token: tokenOf(field.value) }),
        });
        if (response.ok) {
            // to where the link that was opened leads
            location.replace(`/${location.hash}`);
            return;
        }

        const answer = await response.json().catch(() => ({}));
        problem.textContent = answer.message ?? `The bridge responded with status ${response.status}.`;
    } catch {
        problem.textContent = 'The bridge does not respond. Start it with "fleetbridge serve".';
    }

    button.disabled = false;
    field.focus();
    field.select();
});

/** The token of a pasted link, or what was typed. */
function tokenOf(value) {
    const typed = value.trim();
    try {
        return new URL(typed).searchParams.get('t') ?? typed;
    } catch {
        return typed;
    }
}
