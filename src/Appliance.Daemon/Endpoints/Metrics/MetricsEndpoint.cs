using System.Diagnostics;
using Appliance.Capture.Cameras;
using Appliance.Core.Shadow;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Host;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Mqtt;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints.Metrics;

/// <summary>Figures for Prometheus. All are read when asked for; the hot path only counts.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", Get)
        .WithTags("Health")
        .RequireAuthorization(Policies.Viewer)
        .Produces<string>(StatusCodes.Status200OK, "text/plain");

    /// <summary>Figures in Prometheus' text format; a scraper needs a token of role viewer.</summary>
    private static async Task<ContentHttpResult> Get(ApplianceRuntime runtime, RequestCounter requests, CancellationToken cancel)
    {
        var text = new PrometheusText();
        text.Metric("watchpost_info", "gauge", "The software that runs.")
            .Sample("watchpost_info", 1, "version", RuntimeOptionsFactory.Version, "serial", runtime.Options.Identity.Serial);
        WriteBox(text, runtime);
        WriteSparkplug(text, runtime);
        WriteCameras(text, runtime.Pipeline.Cameras.All);
        WriteStore(text, runtime);
        WriteEvidence(text, runtime, await runtime.Store.Evidence.Figures(cancel));
        WriteAnchoring(text, runtime);
        WriteModels(text, runtime);
        WriteModelMemory(text, runtime);
        WriteShadows(text, runtime);
        WriteOutputs(text, runtime);
        text.Metric("watchpost_http_requests_total", "counter", "Answered requests by class of status.");
        for (var status = 1; status <= 5; status++)
            text.Sample("watchpost_http_requests_total", requests.Of(status), "status", $"{status}xx");
        WriteProcess(text);
        return TypedResults.Content(text.ToString(), PrometheusText.ContentType);
    }

    private static void WriteBox(PrometheusText text, ApplianceRuntime runtime)
    {
        var report = runtime.Health.Report();
        text.Single("watchpost_up", "gauge", "1 = people are recognised.", report.Status == HealthStatus.Failed ? 0 : 1);
        text.Single("watchpost_faults", "gauge", "Parts that do not work; /health/ready names them.", report.Faults.Count);
        text.Single("watchpost_start_time_seconds", "gauge", "Start of this run, Unix time.", runtime.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        text.Single("watchpost_persons", "gauge", "Persons on the watchlist.", runtime.Store.Watchlist.Count);
        text.Single("watchpost_templates", "gauge", "Templates in the index.", runtime.Pipeline.Recognizers.Index?.Count ?? 0);
        text.Single("watchpost_alerts_stored_total", "counter", "Alerts made durable.", runtime.Pipeline.Alerts.StoredCount);
        text.Single("watchpost_alerts_waiting", "gauge", "Alerts raised and not yet durable.", runtime.Pipeline.Alerts.Waiting);
        text.Single("watchpost_alerts_delivered_total", "counter", "Alerts the broker accepted.", runtime.Mqtt.Delivered);
        text.Single("watchpost_broker_connected", "gauge", "1 = the MQTT session stands.", runtime.Mqtt.Health.IsHealthy ? 1 : 0);
    }

    private static void WriteSparkplug(PrometheusText text, ApplianceRuntime runtime)
    {
        if (runtime.Sparkplug?.Health is not { } node)
            return;

        text.Single("watchpost_sparkplug_online", "gauge", "1 = SCADA sees the box.", node.IsHealthy ? 1 : 0);
        text.Single("watchpost_sparkplug_births_total", "counter", "Births of the node, rebirths among them.", node.Births);
        text.Single("watchpost_sparkplug_messages_total", "counter", "Messages published.", node.Messages);
        text.Single("watchpost_sparkplug_commands_total", "counter", "Commands carried out.", node.Commands);
        text.Single("watchpost_sparkplug_commands_refused_total", "counter", "Commands refused.", node.CommandsRefused);
        text.Single("watchpost_sparkplug_history_waiting", "gauge", "Values that wait for a session.", node.HistoryWaiting);
        text.Single("watchpost_sparkplug_history_dropped_total", "counter", "Values lost while there was no session.", node.HistoryDropped);
        text.Single("watchpost_sparkplug_alerts_total", "counter", "Alerts told.", node.Alerts);
    }

    private static void WriteCameras(PrometheusText text, IReadOnlyList<CameraStatus> cameras)
    {
        Each("watchpost_camera_up", "gauge", "1 = frames arrive.", camera => camera.Health.State == CameraState.Running ? 1 : 0);
        Each("watchpost_camera_frames_per_second", "gauge", "Decoded frames per second.", camera => camera.Health.FramesPerSecond);
        Each("watchpost_camera_frames_decoded_total", "counter", "Frames decoded.", camera => camera.Health.Decoded);
        Each("watchpost_camera_frames_skipped_total", "counter", "Frames above the analysis rate.", camera => camera.Health.Skipped);
        Each("watchpost_camera_frames_dropped_total", "counter", "Frames lost because inference was busy.", camera => camera.Dropped);
        Each("watchpost_camera_frames_analyzed_total", "counter", "Frames analysed.", camera => camera.Analyzed);
        Each("watchpost_camera_decode_errors_total", "counter", "Broken pieces of bitstream.", camera => camera.Health.DecodeErrors);
        Each("watchpost_camera_restarts_total", "counter", "Times reopened after a fault.", camera => camera.Health.Restarts);
        Each("watchpost_camera_faces_total", "counter", "Faces seen, one per frame.", camera => camera.Faces);
        Each("watchpost_camera_tracks", "gauge", "People followed now.", camera => camera.Tracks);
        Each("watchpost_camera_alerts_total", "counter", "Alerts raised.", camera => camera.Alerts);

        void Each(string name, string type, string help, Func<CameraStatus, double> value)
        {
            text.Metric(name, type, help);
            foreach (var camera in cameras)
                text.Sample(name, value(camera), "camera", camera.Options.Id);
        }
    }

    private static void WriteStore(PrometheusText text, ApplianceRuntime runtime)
    {
        var store = runtime.Store.Health();
        text.Single("watchpost_store_writable", "gauge", "1 = the last write worked.", store.IsWritable ? 1 : 0);
        text.Single("watchpost_store_file_bytes", "gauge", "Size of the database.", store.FileBytes);
        text.Single("watchpost_store_wal_bytes", "gauge", "Size of its write-ahead log.", store.WalBytes);
        text.Single("watchpost_store_free_bytes", "gauge", "Free on its disk.", store.FreeBytes);
        text.Single("watchpost_store_written_bytes_total", "counter", "Written to the disk.", store.BytesWritten);
        text.Single("watchpost_store_commits_total", "counter", "Transactions.", store.Commits);
        text.Metric("watchpost_outbox_depth", "gauge", "Alerts waiting per destination.");
        foreach (var (destination, depth) in store.Outbox)
            text.Sample("watchpost_outbox_depth", depth, "destination", destination);
    }

    private static void WriteEvidence(PrometheusText text, ApplianceRuntime runtime, Store.Evidence.EvidenceFigures figures)
    {
        text.Single("watchpost_evidence_records", "gauge", "Alerts with artefacts on disk.", figures.Records);
        text.Single("watchpost_evidence_bytes", "gauge", "Size of their artefacts.", figures.Bytes);
        text.Single("watchpost_evidence_written_today_bytes", "gauge", "Artefacts written since midnight UTC.", figures.BytesToday);
        text.Single("watchpost_evidence_held", "gauge", "Records under legal hold.", figures.Held);
        text.Single("watchpost_evidence_batches", "gauge", "Closed batches of the evidence log.", figures.Batches);
        text.Single("watchpost_evidence_batches_without_receipt", "gauge", "Of these, not confirmed by a ledger.", figures.WithoutReceipt);
        if (runtime.Evidence.Pinning is { } pinning)
        {
            text.Single("watchpost_evidence_not_pinned", "gauge", "Signed records that are not on the IPFS node.", figures.NotPinned);
            text.Single("watchpost_evidence_pinning", "gauge", "1 = the IPFS node takes what it is given.", pinning.Fault is null ? 1 : 0);
        }

        text.Single("watchpost_evidence_waiting", "gauge", "Alerts whose evidence is being taken.", runtime.Evidence.Recorder.Waiting);
        text.Single("watchpost_evidence_sealed_total", "counter", "Manifests signed since the start.", runtime.Evidence.Recorder.Sealed);
        text.Single("watchpost_evidence_delay_seconds", "gauge", "End of the post-roll to the signed manifest, latest.", runtime.Evidence.Recorder.LastDelay.TotalSeconds);
    }

    private static void WriteAnchoring(PrometheusText text, ApplianceRuntime runtime)
    {
        var ways = runtime.Anchors.Status;
        text.Metric("watchpost_anchoring_up", "gauge", "1 = this way to the companion works.");
        foreach (var way in ways)
            text.Sample("watchpost_anchoring_up", way.Fault is null ? 1 : 0, "way", way.Way);
        text.Metric("watchpost_anchoring_sent_total", "counter", "Things handed to the companion since the start; repeats count.");
        foreach (var way in ways)
            text.Sample("watchpost_anchoring_sent_total", way.Sent, "way", way.Way);
        text.Metric("watchpost_anchoring_receipts_total", "counter", "Receipts that came since the start.");
        foreach (var way in ways)
            text.Sample("watchpost_anchoring_receipts_total", way.Receipts, "way", way.Way);
        text.Metric("watchpost_anchoring_unusable_total", "counter", "Answers of the companion that could not be used.");
        foreach (var way in ways)
            text.Sample("watchpost_anchoring_unusable_total", way.Unusable, "way", way.Way);
        text.Single("watchpost_anchoring_refused", "gauge", "Things that the companion refused for good.", runtime.Store.Anchors.Refused.Count);
    }

    private static void WriteModels(PrometheusText text, ApplianceRuntime runtime)
    {
        var models = runtime.Inference.GetHealth().Models;
        text.Metric("watchpost_model_runs_total", "counter", "Runs of a model.");
        foreach (var model in models)
            text.Sample("watchpost_model_runs_total", model.Runs, "model", model.Model, "provider", model.Provider);
        text.Metric("watchpost_model_latency_seconds", "summary", "Wall time of a run.");
        foreach (var model in models)
        {
            text.Sample("watchpost_model_latency_seconds", model.Latency.P50.TotalSeconds, "model", model.Model, "quantile", "0.5");
            text.Sample("watchpost_model_latency_seconds", model.Latency.P95.TotalSeconds, "model", model.Model, "quantile", "0.95");
            text.Sample("watchpost_model_latency_seconds", model.Latency.P99.TotalSeconds, "model", model.Model, "quantile", "0.99");
            text.Sample("watchpost_model_latency_seconds_sum", model.Latency.Mean.TotalSeconds * model.Runs, "model", model.Model);
            text.Sample("watchpost_model_latency_seconds_count", model.Runs, "model", model.Model);
        }
    }

    private static void WriteModelMemory(PrometheusText text, ApplianceRuntime runtime)
    {
        var models = runtime.Inference.GetHealth().Models;
        text.Metric("watchpost_model_loaded", "gauge", "1 = in memory; 0 = unloaded because nobody needed it.");
        foreach (var model in models)
            text.Sample("watchpost_model_loaded", model.Loaded ? 1 : 0, "model", model.Model);
        text.Metric("watchpost_model_loads_total", "counter", "Times a model was loaded.");
        foreach (var model in models)
            text.Sample("watchpost_model_loads_total", model.Loads, "model", model.Model);
        text.Metric("watchpost_model_idle_seconds", "gauge", "Since a model was last run.");
        foreach (var model in models)
            text.Sample("watchpost_model_idle_seconds", model.Idle.TotalSeconds, "model", model.Model);
    }

    private static void WriteShadows(PrometheusText text, ApplianceRuntime runtime)
    {
        var shadows = runtime.Pipeline.Shadows.Reports;
        Each("watchpost_shadow_running", "gauge", "1 = a second model is being compared.", shadow => [("", shadow.Ended is null ? 1 : 0)]);
        Each(
            "watchpost_shadow_items_total", "counter", "Frames or faces while a second model was compared.",
            shadow => [("seen", shadow.Seen), ("compared", shadow.Compared), ("dropped", shadow.Dropped)]);
        Each(
            "watchpost_shadow_detections_total", "counter", "Faces by who found them.",
            shadow => shadow.Detections is { } found
                ? [("both", found.Both), ("live", found.LiveOnly), ("candidate", found.CandidateOnly)]
                : []);
        Each(
            "watchpost_shadow_decisions_total", "counter", "Faces by whom each embedder would identify.",
            shadow => shadow.Decisions is { } made
                ? [("same", made.SamePerson), ("unknown", made.BothUnknown), ("live", made.LiveOnly), ("candidate", made.CandidateOnly),
                    ("different", made.Different)]
                : []);
        Each(
            "watchpost_shadow_latency_seconds", "gauge", "Mean time per frame or face.",
            shadow => [("live", shadow.LiveLatency.Mean / 1000), ("candidate", shadow.CandidateLatency.Mean / 1000)]);

        void Each(string name, string type, string help, Func<ShadowReport, (string What, double Value)[]> values)
        {
            text.Metric(name, type, help);
            foreach (var shadow in shadows)
            {
                foreach (var (what, value) in values(shadow))
                    text.Sample(name, value, "kind", shadow.Kind.ToString().ToLowerInvariant(), "candidate", shadow.Candidate, "what", what);
            }
        }
    }

    private static void WriteOutputs(PrometheusText text, ApplianceRuntime runtime)
    {
        text.Metric("watchpost_output_active", "gauge", "1 = energised.");
        foreach (var output in runtime.Outputs.States)
            text.Sample("watchpost_output_active", output.Active ? 1 : 0, "output", output.Id.Value);
    }

    private static void WriteProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Single("process_cpu_seconds_total", "counter", "CPU time used.", process.TotalProcessorTime.TotalSeconds);
        text.Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.Single("process_threads", "gauge", "Threads.", process.Threads.Count);
        text.Single("dotnet_allocated_bytes_total", "counter", "Allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        text.Metric("dotnet_collections_total", "counter", "Garbage collections.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            text.Sample("dotnet_collections_total", GC.CollectionCount(generation), "generation", $"{generation}");
    }
}
