// Tests of colors must not depend on what the terminal, or the CI, of whoever runs them can show.
delete process.env.NO_COLOR;
process.env.FORCE_COLOR = '1';
