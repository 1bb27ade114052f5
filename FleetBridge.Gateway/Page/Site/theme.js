// Before the first paint, so that the page does not flash in the other theme. A classic script: modules run later.
(() => {
    try {
        const theme = localStorage.getItem('theme');
        if (theme === 'light' || theme === 'dark') {
            document.documentElement.dataset.theme = theme;
        }
    } catch {
        // storage may be switched off; the system's theme is used
    }
})();
