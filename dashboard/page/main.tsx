import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Page } from './page.tsx';
import { adminKey, onSession, takeKeyFromAddress } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { useViewControl, ViewContext } from './view.ts';

function App() {
  const [key, setKey] = useState(adminKey);
  const control = useViewControl();
  useEffect(() => onSession(() => setKey(adminKey())), []);
  if (key === undefined) return <SignIn />;
  return (
    <ViewContext.Provider value={control}>
      <Page />
    </ViewContext.Provider>
  );
}

takeKeyFromAddress();
addEventListener('hashchange', takeKeyFromAddress);
const root = document.getElementById('page');
if (root !== null) render(<App />, root);
