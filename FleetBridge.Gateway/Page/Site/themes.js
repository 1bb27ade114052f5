// Which theme is shown: the system's, or the one that was chosen here.

/** Whether the page is dark now. */
export function isDark() {
    const { theme } = document.documentElement.dataset;
    return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

/** Chooses `light`, `dark` or `system`, and keeps it (theme.js reads it before the first paint). */
export function setTheme(name) {
    if (name === 'system') {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = name;
    }

    try {
        if (name === 'system') {
            localStorage.removeItem('theme');
        } else {
            localStorage.setItem('theme', name);
        }
    } catch {
        // storage is switched off: it holds until the page is closed
    }

    dispatchEvent(new Event('theme'));
}
