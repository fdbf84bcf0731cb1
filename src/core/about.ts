/** The program's page, told to the services in the User-Agent so that they can reach its makers. */
export const projectPage = 'https://github.com/kabegami/kabegami';
