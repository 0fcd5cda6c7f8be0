using System.Net;
using System.Net.Http.Json;

namespace Appliance.IntegrationTests.Daemon;

public class RestartTests
{
    [Fact]
    public async Task Restart_WhatWasChangedOverRest_IsStillThere()
    {
        var box = new RunningBox();
        await box.InitializeAsync();
        try
        {
            var certificate = await File.ReadAllTextAsync(Path.Combine(box.DataFolder, "tls.crt"));
            await RunningBox.Json(
                await box.Technician.PostAsJsonAsync("/api/v1/cameras", new { id = "added", source = "rtsp://u:p@127.0.0.1:9/x", enabled = false }),
                HttpStatusCode.Created);
            await RunningBox.Json(
                await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/recognition", "*", JsonContent.Create(new { threshold = 0.55 }))),
                HttpStatusCode.OK);

            await box.RestartAsync();

            var camera = await RunningBox.Json(await box.Viewer.GetAsync("/api/v1/cameras/added"), HttpStatusCode.OK);
            Assert.True((bool)camera["hasPassword"]!);
            Assert.Equal("p", box.Host.Runtime.Pipeline.Cameras.Find(new("added"))!.Options.Password);
            Assert.Equal(0.55f, box.Host.Runtime.Pipeline.Recognizers.Recognition.Threshold);
            Assert.Equal(certificate, await File.ReadAllTextAsync(Path.Combine(box.DataFolder, "tls.crt")));
            box.Log.NoErrors();
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stop_WhileSomebodyWatches_DoesNotWaitForThem()
    {
        var box = new RunningBox();
        await box.InitializeAsync();
        using var response = await box.Viewer.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();

        var stopping = box.DisposeAsync();

        Assert.DoesNotContain("event:", await reader.ReadToEndAsync());
        await stopping;
    }
}
