using System.Collections.Concurrent;
using Appliance.Core.Evidence.Bundles;
using Appliance.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Appliance.IntegrationTests.Evidence.Page;

/// <summary>What an auditor does: unpack verify.html, open it from disk, choose the ZIP. In a real browser, with no network.</summary>
[Trait("needs", "chromium")]
public sealed class VerifyPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Play =
        """
        async video => {
            video.muted = true;
            await video.play();
            // A slow machine may leave out every frame but one: time goes on all the same, and says so.
            while (video.currentTime < 0.2 && !video.ended) await new Promise(next => {
                video.requestVideoFrameCallback(next);
                video.ontimeupdate = video.onended = next;
            });
            return { time: video.currentTime, duration: video.duration, state: video.readyState, width: video.videoWidth };
        }
        """;

    [ChromiumFact]
    public async Task Open_Sample_HoldsAndAsksForNothing()
    {
        using var folder = new TemporaryFolder();
        var asked = new ConcurrentQueue<string>();

        var page = await Verify(folder, SampleBundle.Read(), asked);

        Assert.Equal("Everything in it is as the box signed it.", await page.TextContentAsync("#verdict"));
        Assert.Empty(await page.Locator("li.fail").AllTextContentsAsync());
        Assert.Contains(await page.Locator("li.pass").AllTextContentsAsync(), text => text.Contains("signature: ", StringComparison.Ordinal));
        Assert.DoesNotContain(asked, address => !address.StartsWith("file:", StringComparison.Ordinal) && !address.StartsWith("blob:", StringComparison.Ordinal));
    }

    [ChromiumTheory]
    [InlineData("manifest.json")]
    [InlineData("proof.json")]
    [InlineData("masked/snapshot.jpg")]
    [InlineData("masked/clip.mp4")]
    [InlineData("artefacts/tracks.json")]
    public async Task Open_SampleWithOneByteFlipped_NamesTheFile(string name)
    {
        using var folder = new TemporaryFolder();
        var zip = SampleBundle.Read();
        var content = StoredZip.Read(zip, out _).Single(entry => entry.Name == name).Content.ToArray();
        zip[zip.AsSpan().IndexOf(content) + (content.Length / 2)] ^= 1;

        var page = await Verify(folder, zip, []);

        Assert.Equal("It does NOT hold: something was changed.", await page.TextContentAsync("#verdict"));
        Assert.Contains(await page.Locator("li.fail").AllTextContentsAsync(), text => text.Contains(name, StringComparison.Ordinal));
    }

    [ChromiumFact]
    public async Task Open_SampleOfAnotherBoxThanExpected_SaysSo()
    {
        using var folder = new TemporaryFolder();

        var page = await Verify(folder, SampleBundle.Read(), [], expected: "0x" + new string('1', 40));

        Assert.Contains(
            await page.Locator("li.fail").AllTextContentsAsync(),
            text => text.Contains("The address you expect is no key of this box", StringComparison.Ordinal));
    }

    [ChromiumFact]
    public async Task Open_Sample_ShowsItsPicturesAndPlaysItsClip()
    {
        using var folder = new TemporaryFolder();

        var page = await Verify(folder, SampleBundle.Read(), []);

        await page.WaitForFunctionAsync("() => [...document.images].length === 2 && [...document.images].every(one => one.complete && one.naturalWidth > 0)");
        var seen = await page.Locator("video").EvaluateAsync<Playback>(Play);
        Assert.True(seen.State >= 2, $"readyState {seen.State}");
        Assert.True(seen.Time >= 0.2, $"it stopped at {seen.Time} s");
        Assert.InRange(seen.Duration, 1, 60);
        Assert.True(seen.Width > 0);
    }

    private async Task<IPage> Verify(TemporaryFolder folder, byte[] zip, ConcurrentQueue<string> asked, string? expected = null)
    {
        var (bundle, html) = (Path.Combine(folder.Path, "evidence.zip"), Path.Combine(folder.Path, "verify.html"));
        await File.WriteAllBytesAsync(bundle, zip);
        // The page as it came in the bundle: an auditor has no other.
        await File.WriteAllBytesAsync(html, StoredZip.Read(SampleBundle.Read(), out _).Single(entry => entry.Name == "verify.html").Content.ToArray());

        var page = await chromium.Page(asked);
        await page.GotoAsync(new Uri(html).AbsoluteUri);
        if (expected is not null)
            await page.FillAsync("#expected", expected);
        await page.SetInputFilesAsync("#file", bundle);
        await page.WaitForSelectorAsync("#verdict.pass, #verdict.fail");
        return page;
    }

    private sealed class Playback
    {
        public double Time { get; set; }

        public double Duration { get; set; }

        public int State { get; set; }

        public int Width { get; set; }
    }
}
