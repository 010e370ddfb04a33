import { useState } from 'preact/hooks';
import { keyWasRefused, signIn } from './session.ts';
import { Brand } from './top-bar.tsx';

/** Asks for the admin key and says where it is. A key that was refused is named so. */
export function SignIn() {
  const [key, setKey] = useState('');
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    if (key.trim() !== '') signIn(key);
  };
  return (
    <main class="sign-in">
      <Brand />
      <form onSubmit={enter}>
        <h1>Sign in</h1>
        {keyWasRefused() && (
          <p role="alert" class="problem">
            This key was refused. It may have been replaced.
          </p>
        )}
        <label>
          Admin key
          <input
            type="password"
            name="key"
            autocomplete="current-password"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary">
          Sign in
        </button>
        <p class="quiet">
          The key is in the file <code>.backbone/admin-key</code> beside your data, or in{' '}
          <code>BACKBONE_ADMIN_KEY</code>. <code>npm start</code> prints a link that signs you in. The key
          stays in this tab and is gone when you close it.
        </p>
      </form>
    </main>
  );
}
