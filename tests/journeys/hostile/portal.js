// What a page of the portal has that text must not bring.
const odd = "script, img, image, iframe, object, embed, base, form, video, audio, link, [http-equiv]";
return {
	location: location.href,
	hostile: typeof window.hostile,
	odd: document.querySelectorAll(odd).length,
	away: [...document.links].filter((link) => link.origin !== location.origin).length,
};
