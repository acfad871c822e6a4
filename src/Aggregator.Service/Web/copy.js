// Puts the address of a feed on the clipboard; where that cannot be, there is no button.
const button = document.getElementById("copy");
const address = document.getElementById("address");
if (button && address && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    address.select();
    await navigator.clipboard.writeText(address.value);
    button.textContent = "Copied";
  });
}
