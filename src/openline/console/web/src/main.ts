import "./theme/tokens.css";
import "./theme/base.css";
import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("screen");
if (target === null) throw new Error("the page has no screen");
mount(App, { target });
