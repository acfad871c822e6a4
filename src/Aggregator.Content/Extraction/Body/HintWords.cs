namespace Aggregator.Content.Extraction.Body;

/// <summary>The vocabulary of class names and ids. One word or two neighbouring words decide; English names are used on pages of all languages.</summary>
internal static class HintWords
{
    private static readonly Dictionary<string, Hints> Words = Build(
        (Hints.Furniture,
            """
            share sharing sharebar shares sharer sharedaddy sharetools social socials socialmedia addtoany addthis sharethis related relatedposts relateds relatedarticles
            recommended recommendations recommendation recommend recommends recirc recirculation newsletter newsletters subscribe subscription signup optin mailchimp
            mailinglist breadcrumb breadcrumbs crumbs pagination paginator pager advert adverts advertisement advertising ad ads adsense adsbygoogle adslot
            adunit adbox adcontainer dfp gpt sponsor sponsored sponsors promo promos promotion promobox outbrain taboola revcontent popup modal
            cookie cookies cookiebar consent gdpr onetrust menu submenu navbar navigation toolbar trending popular mostread mostpopular sidebar
            sidebars sidenav skiplink masthead login signin authorbio authorbox bio tags taglist tagcloud keywords readmore
            upnext postnav donate donation cta likes follow followus colophon crosslinks
            sitemap searchform morestories alsolike yarpp widgetarea printfriendly
            toolbox feedback poll lightbox testimonial testimonials carousel slider calculator textwidget rsswidget saboxplugin pum popmake nextstory teilen encart souscription disclaimer werbung anzeige teaser teasers teaserlist autorenbox weiterlesen mehr compartir partager
            relacionadas relacionados newsticker ticker marketing affiliate giveaway tooltip offcanvas megamenu hamburger
            """),
        (Hints.Comments, "comments comment disqus respond replies kommentare commentlist comentarios commentaires livefyre"),
        (Hints.Suspect,
            """
            widget widgets meta metadata banner overlay rating ratings reactions print copyright callout box promoted extra extras more side rail aside
            nav footer foot tag category categories toc contents reading
            """),
        (Hints.Content,
            """
            articlebody postbody postcontent entrycontent articlecontent storybody storycontent articletext contentbody prose richtext bodytext textbody
            maincontent blogpost
            """),
        (Hints.Byline, "byline author authors dateline timestamp date datetime published pubdate time postmeta entrymeta articlemeta autor auteur datum fecha postmetadata entryinfo"),
        (Hints.Caption, "caption captions credit credits figcaption photocredit imagecaption wpcaption bildunterschrift copyright legend imagedescription imgcaption imagesubline bildquelle photocaption mediacaption"),
        (Hints.Hidden, "visuallyhidden sronly screenreadertext offscreen"),
        (Hints.Button, "button btn buttons cta"),
        (Hints.Summary, "standfirst subtitle subheadline dek deck excerpt lede lead kicker summary abstract intro teasertext sapo chapo"));

    private static readonly Dictionary<string, Hints> Pairs = Build(
        (Hints.Furniture,
            """
            read+more read+next up+next most+read most+popular also+like also+read see+also more+stories more+articles more+posts more+news more+from more+on
            author+box author+bio author+info about+author author+card author+profile author+description author+about author+section post+author+bio
            post+navigation post+nav nav+links nav+previous nav+next next+post prev+post previous+post post+tags entry+tags article+tags tag+list tag+links tags+links
            post+footer entry+footer article+footer site+header site+footer page+header+nav main+menu nav+menu skip+link sign+up mailing+list
            latest+news latest+posts latest+articles latest+stories recent+posts other+articles other+news other+posts top+stories you+might you+may
            cookie+notice follow+us in+article+promo table+of+contents toc+container ez+toc lwptoc+items wp+polls call+to+action
            search+form jump+to print+button photo+credit+hidden sr+only screen+reader visually+hidden next+article next+story next+up
            story+list article+list post+list news+list card+list content+recommendations inline+promo keep+reading read+also back+to
            """),
        (Hints.Comments, "comment+list comments+area comment+form leave+reply user+comments comment+section"),
        (Hints.Content,
            """
            article+body article+content article+text post+content post+body post+text entry+content entry+body story+body story+content story+text
            content+body main+content body+content body+text rich+text page+content single+content news+content news+body news+text article+main content+article
            blog+content blog+post article+copy body+copy content+text text+content td+post article+detail post+entry artikel+text article+inner content+main
            """),
        (Hints.Byline, "by+line post+meta entry+meta article+meta post+date entry+date article+date published+date author+name post+author article+author date+published article+info post+info"),
        (Hints.Caption, "image+caption photo+caption wp+caption img+caption media+caption photo+credit image+credit picture+caption caption+text image+description image+subtitle img+metadata image+meta photo+description media+desc image+subline img+desc"),
        (Hints.Hidden, "sr+only screen+reader visually+hidden"),
        (Hints.Summary, "sub+title sub+headline article+lead article+summary article+intro article+excerpt post+excerpt article+subtitle post+subtitle article+dek"));

    /// <summary>WordPress lists a post's tags and categories in its class ("tag-cookies"): only words before the first of those count.</summary>
    private static readonly string[] WordPressTails = ["category-", "tag-", "post_tag-", "topic-", "author-", "postid-", "term-"];

    public static Hints Of(string names, bool isClass)
    {
        var hints = Hints.None;
        Span<Range> parts = stackalloc Range[40];
        var count = names.AsSpan().SplitAny(parts, " \t\n\r", StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts[..count])
        {
            var name = names.AsSpan(part);
            if (isClass && count > 4 && StartsWithAny(name, WordPressTails))
            {
                continue;
            }

            hints |= OfOne(name);
        }

        return hints;
    }

    private static Hints OfOne(ReadOnlySpan<char> name)
    {
        var hints = name is "hidden" or "hide" or "invisible" or "is-hidden" or "d-none" ? Hints.Hidden : Hints.None;
        Span<char> lower = stackalloc char[Math.Min(name.Length, 120) + 1];
        string? previous = null;
        var length = 0;
        for (var i = 0; i <= Math.Min(name.Length, 120); i++)
        {
            var end = i == Math.Min(name.Length, 120);
            var letter = !end && char.IsAsciiLetter(name[i]);
            var hump = letter && i > 0 && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]);
            if ((!letter || hump) && length > 0)
            {
                var word = lower[..length].ToString();
                hints |= Words.GetValueOrDefault(word);
                if (previous is not null)
                {
                    hints |= Pairs.GetValueOrDefault(previous + "+" + word);
                }

                previous = word;
                length = 0;
            }

            if (letter)
            {
                lower[length++] = char.ToLowerInvariant(name[i]);
            }
        }

        return hints;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> name, string[] starts)
    {
        foreach (var start in starts)
        {
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static Dictionary<string, Hints> Build(params ReadOnlySpan<(Hints Hint, string Words)> lists)
    {
        var words = new Dictionary<string, Hints>(StringComparer.Ordinal);
        foreach (var (hint, list) in lists)
        {
            foreach (var word in list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                words[word] = words.GetValueOrDefault(word) | hint;
            }
        }

        return words;
    }
}
